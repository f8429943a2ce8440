"""Made-up deliveries of all registers, calibrated to published figures."""

from dagster_project.synth.generate import SynthSummary, generate
from dagster_project.synth.write import SynthError

__all__ = ["SynthError", "SynthSummary", "generate"]
