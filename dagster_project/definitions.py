"""The whole graph, as Dagster reads it: deliveries → candidate → models → checks → warehouse →
published → edition → site."""

from __future__ import annotations

import dagster as dg

from dagster_project.automation import (
    build_job,
    disclose_job,
    edition_job,
    new_delivery_sensor,
    site_job,
    triennial_edition,
    yearly_build,
)
from dagster_project.deliveries import lay_out_candidate_of, overview_assets, register_assets
from dagster_project.disclosure import published
from dagster_project.publication import edition
from dagster_project.resources import Build
from dagster_project.site import site
from dagster_project.warehouse import expectation_checks, model_assets, warehouse_asset
from vardflode.deliveries.contract import load_contract
from vardflode.settings import load_settings
from vardflode.warehouse.candidate import candidate_database, delivered_database
from vardflode.warehouse.models import manifest

_contract = load_contract()
_manifest = manifest(load_settings())
_models = model_assets(_manifest)

defs = dg.Definitions(
    assets=[
        *(register_assets(register, _contract) for register in _contract.registers.values()),
        overview_assets(_contract, _manifest),
        _models,
        warehouse_asset(_manifest, _models),
        published,
        edition,
        site,
    ],
    asset_checks=[
        expectation_checks(
            "delivered", _contract, delivered_database, lay_out_candidate_of(_contract, _manifest)
        ),
        expectation_checks("marts", _contract, candidate_database),
    ],
    jobs=[build_job, disclose_job, edition_job, site_job],
    sensors=[new_delivery_sensor(_contract)],
    schedules=[yearly_build, triennial_edition],
    resources={"build": Build()},
    executor=dg.in_process_executor,
)
