"""Closing day, rehearsed: a crowd deposits against two web processes and one worker, while parts of the platform are killed."""
