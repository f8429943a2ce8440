"""Marts of planning that are right in everything, and what breaks each of their critical expectations."""

from __future__ import annotations

MARTS = (
    *("region_survey", "region_survey_summary", "occupation_density", "care_demand"),
    *("hired_staff", "sick_leave", "paid_training"),
    *("colonoscopy_forecast", "capacity_help", "capacity_balance", "plan_followup", "plan_goals"),
)

SCHEMA = """
create table marts.region_survey (
    year integer, county varchar, profession_code varchar, experience varchar, assessment varchar
);
create table marts.region_survey_summary (
    year integer, level varchar, area varchar, profession_code varchar, experience varchar, shortage bigint,
    balance bigint, surplus bigint, no_answer bigint
);
create table marts.occupation_density (
    year integer, area varchar, ssyk2012 varchar, sex varchar, employees bigint, population bigint, per_100k double
);
create table marts.care_demand (year integer, care_area varchar, index double);
create table marts.hired_staff (
    year integer, level varchar, area varchar, staff_group varchar, hired_cost_tkr bigint, own_cost_tkr bigint,
    hired_share_pct double, counties bigint
);
create table marts.sick_leave (
    year integer, level varchar, area varchar, staff_group varchar, absent_hours bigint, ordinary_hours bigint,
    sick_leave_pct double, counties bigint
);
create table marts.paid_training (
    year integer, level varchar, area varchar, form varchar, persons bigint, counties bigint,
    may_be_related_to_beginners boolean
);
create table marts.colonoscopy_forecast (
    year integer, level varchar, area varchar, component varchar, low double, middle double, high double
);
create table marts.capacity_help (
    year integer, month integer, from_unit varchar, to_unit varchar, colonoscopies bigint
);
create table marts.capacity_balance (
    year integer, month integer, unit varchar, lack bigint, room bigint, unmet bigint
);
create table marts.plan_followup (
    year integer, measure varchar, not_started bigint, under_way bigint, completed bigint
);
create table marts.plan_goals (year integer, measure varchar, indicator varchar, value double, is_met boolean);
"""

FILL = """
insert into marts.region_survey values (2024, '01', 'SJ', 'ny', 'brist'), (2024, '01', 'SJ', 'erfaren', 'brist');
insert into marts.region_survey_summary values
    (2024, 'nation', '00', 'SJ', 'ny', 10, 5, 1, 5), (2024, 'nation', '00', 'SJ', 'erfaren', 20, 1, 0, 0),
    (2024, 'health_region', '1', 'SJ', 'ny', 1, 0, 0, 1), (2024, 'health_region', '1', 'SJ', 'erfaren', 1, 1, 0, 0);
insert into marts.occupation_density
select 2024, area, '5330', 'total', employees, 100000, employees
from (values ('00', 1000), ('01', 400), ('03', 600)) as counties (area, employees);
insert into marts.care_demand values (2024, 'omsorg', 0.9), (2025, 'omsorg', 1), (2026, 'omsorg', 1.1);
insert into marts.hired_staff
select 2024, level, area, staff_group, amount / 20, amount, 5, 21
from (values
    ('county', '01', 'lakare', 40), ('county', '01', 'total', 40), ('county', '03', 'lakare', 60),
    ('county', '03', 'total', 60), ('nation', '00', 'lakare', 100), ('nation', '00', 'total', 100)
) as rows_of (level, area, staff_group, amount);
insert into marts.sick_leave by name
select year, level, area, staff_group, hired_cost_tkr as absent_hours, own_cost_tkr as ordinary_hours,
    hired_share_pct as sick_leave_pct, counties
from marts.hired_staff;
insert into marts.paid_training
select year, level, area, if(staff_group = 'total', 'total', 'studielon'), own_cost_tkr, counties, false
from marts.hired_staff;
insert into marts.colonoscopy_forecast
select year, 'nation', '00', component, middle - 1, middle, middle + 1
from (values
    ('clinical', 60), ('indication', 10), ('screening', 30), ('total', 100), ('endoscopists_needed', 9),
    ('endoscopists_left', 7), ('capacity_gap', 2)
) as rows_of (component, middle), (values (2024), (2025)) as years (year);
insert into marts.capacity_help values (2024, 1, 'B', 'A', 4);
insert into marts.capacity_balance values (2024, 1, 'A', 9, 0, 5), (2024, 1, 'B', 0, 4, 0);
insert into marts.plan_followup values (2024, '1', 1, 2, 0), (2024, '2', 0, 0, 0), (2025, '1', 0, 3, 0), (2025, '2', 0, 0, 1);
insert into marts.plan_goals values (2024, '1', 'sick_leave_pct', 5, true), (2024, '2', 'hired_share_pct', null, null);
"""


def _change(mart: str, setting: str, where: str) -> str:
    return f"update marts.{mart} set {setting} where {where}"


# For every critical expectation: what breaks it.
SABOTAGE = {
    "region_survey.one_answer_to_a_question": _change("region_survey", "experience = 'ny'", "true"),
    "region_survey_summary.the_nation_has_every_county": _change(
        "region_survey_summary", "no_answer = 4", "level = 'nation' and experience = 'ny'"
    ),
    "region_survey_summary.an_area_has_the_same_counties_in_every_row": _change(
        "region_survey_summary", "no_answer = 0", "area = '1'"
    ),
    "occupation_density.the_nation_is_the_sum_of_its_counties": _change(
        "occupation_density", "employees = 401", "area = '01'"
    ),
    "care_demand.every_index_is_above_zero": _change("care_demand", "index = 0", "year = 2024"),
    "care_demand.one_in_the_last_counted_year": _change("care_demand", "index = 1.01", "year = 2025"),
    **{
        f"{mart}.the_nation_is_the_sum_of_its_counties": f"delete from marts.{mart} where area = '03'"
        for mart in ("hired_staff", "sick_leave", "paid_training")
    },
    "hired_staff.a_total_is_the_sum_of_its_parts": _change(
        "hired_staff", "own_cost_tkr = 41", "area = '01' and staff_group = 'lakare'"
    ),
    "sick_leave.a_total_is_the_sum_of_its_parts": _change(
        "sick_leave", "ordinary_hours = 41", "area = '01' and staff_group = 'lakare'"
    ),
    "paid_training.a_total_is_the_sum_of_its_parts": _change(
        "paid_training", "persons = 41", "area = '01' and form = 'studielon'"
    ),
    "paid_training.nobody_relates_it_to_beginners": _change(
        "paid_training", "may_be_related_to_beginners = null", "area = '01'"
    ),
    "colonoscopy_forecast.a_total_is_the_sum_of_its_parts": _change(
        "colonoscopy_forecast", "middle = 60.5", "year = 2025 and component = 'clinical'"
    ),
    "colonoscopy_forecast.the_gap_is_needed_less_left": _change(
        "colonoscopy_forecast", "middle = 2.5", "year = 2025 and component = 'capacity_gap'"
    ),
    "colonoscopy_forecast.low_middle_high": _change(
        "colonoscopy_forecast", "low = 31", "year = 2025 and component = 'screening'"
    ),
    "capacity_help.nobody_gives_more_than_there_is_room_for": _change(
        "capacity_help", "colonoscopies = 5", "true"
    ),
    "capacity_help.no_unit_helps_itself": _change("capacity_help", "to_unit = 'B'", "true"),
    "capacity_balance.lack_is_met_or_unmet": _change("capacity_balance", "unmet = 4", "unit = 'A'"),
    "capacity_balance.nothing_is_negative": _change("capacity_balance", "lack = 3, unmet = -1", "unit = 'A'"),
    "plan_followup.every_measure_every_year": "delete from marts.plan_followup where year = 2025 and measure = '2'",
    "plan_followup.somebody_answers_every_year": _change(
        "plan_followup", "not_started = 0, under_way = 0, completed = 0", "year = 2025"
    ),
    "plan_goals.met_or_not_where_there_is_a_value": _change("plan_goals", "is_met = null", "measure = '1'"),
}
