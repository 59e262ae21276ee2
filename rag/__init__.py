"""Attest."""
