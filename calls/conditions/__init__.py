"""Conditions on answers: what shows and requires questions, and what states a rule of eligibility. Pure, but for the names of places."""
