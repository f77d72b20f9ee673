"""Tests of what is said of products in sentences."""
