"""Made-up deliveries of all registers, calibrated to published figures."""

from vardflode.synth.generate import SynthSummary, generate
from vardflode.synth.write import SynthError

__all__ = ["SynthError", "SynthSummary", "generate"]
