"""Formats of process mining: XES, DECLARE and BPMN."""
