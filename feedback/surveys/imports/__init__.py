"""Readers of questionnaires that other programs wrote."""

from feedback.surveys.imports.remarks import Imported, Remark

__all__ = ["Imported", "Remark"]
