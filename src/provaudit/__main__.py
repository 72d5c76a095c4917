"""`python -m provaudit`."""

from provaudit.cli.main import run

if __name__ == "__main__":
    run()
