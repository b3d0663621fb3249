"""The demonstration: fictional people and organisations around real facts of the programme, dated from the day it is loaded."""
