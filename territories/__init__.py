"""Régions, départements, EPCI and communes, by vintage."""
