"""What a person sees of a finished audit: in the terminal and as one HTML page.

Every rendering starts from the same values (`provaudit.reports.model`) and says the same
sentences (`provaudit.reports.sentences`). Nothing is imported here, so that a command that only
needs one rendering does not load the others' dependencies.
"""
