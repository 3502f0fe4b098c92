"""Commands of the transparency log: checkpoints, verification, bundles."""
