"""The index: the fingerprints of a catalogue in a folder."""
