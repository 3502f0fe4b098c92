"""The transparency log: leaves, tree, signed notes, sinks, witnesses, bundles."""
