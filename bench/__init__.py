"""Measures pages of the site as ratios to two references, on production-like settings and embedded services."""
