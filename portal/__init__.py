"""Home, dashboards and the pages that gather several apps."""
