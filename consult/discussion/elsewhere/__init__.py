"""What people said elsewhere, brought in with its source: WordPress exports and tables."""
