"""Where staff prepare calls, rounds and forms, and read what was deposited: pages of their own inside the admin."""

from calls.admin.announcement import AnnouncementAdmin
from calls.admin.project import ProjectAdmin
from calls.admin.site import ApplicationAdmin, CallAdmin, EnquiryAdmin, ExportAdmin

__all__ = ["AnnouncementAdmin", "ApplicationAdmin", "CallAdmin", "EnquiryAdmin", "ExportAdmin", "ProjectAdmin"]
