"""Tools of the trade that know no app."""
