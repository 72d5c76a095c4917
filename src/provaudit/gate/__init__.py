"""The gate: a policy's verdict on an audit."""

from provaudit.gate.policy import Finding, Verdict, check_audit

__all__ = ["Finding", "Verdict", "check_audit"]
