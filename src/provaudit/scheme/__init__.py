"""Scheme v0: every number, table and rule that makes fingerprints comparable."""
