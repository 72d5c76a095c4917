"""The scan: from cells to alignments."""
