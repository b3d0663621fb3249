"""Where staff prepare calls, rounds and forms: pages of their own inside the admin."""

from calls.admin.site import CallAdmin, EnquiryAdmin

__all__ = ["CallAdmin", "EnquiryAdmin"]
