"""Evidence: whether an audit still says what its sources say."""

from provaudit.evidence.verification import Difference, Verification, verify_audit

__all__ = ["Difference", "Verification", "verify_audit"]
