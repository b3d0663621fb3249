"""Settings: `base` is shared; `local`, `test` and `production` each add what differs. Only this package reads the environment."""
