"""From alignments to matches, coverage and status; nothing here reads the dataset."""
