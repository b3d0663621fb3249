"""Calls and their rounds, forms, dossiers, deposits, eligibility, decisions."""
