"""Which registers stand behind each published table."""

from __future__ import annotations

_FOLLOWED = ("bas", "gymnasium", "hosp", "hreg", "rtb")
# The registers behind each published table (a test follows the models from the table to the deliveries).
REGISTERS = {
    "flow_measures": _FOLLOWED,
    "applicants": ("hreg", "rtb"),
    "mobility": _FOLLOWED,
    "specialisation": _FOLLOWED,
    "specialisation_county": _FOLLOWED,
    "colonoscopy": ("folkmangd", "koloskopi"),
    "staff_density": ("folkmangd_lan", "folkmangd_riket", "yrkesregister"),
}
