"""The drawing floor: one file per scene, and `scenes.kit`, the vocabulary they draw with."""
