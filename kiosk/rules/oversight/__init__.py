"""Gate checks, supervision, objections, corrections, disposal."""
