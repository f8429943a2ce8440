-- One row per year, area and endoscopist with an examination there. An endoscopist counts where the unit
-- lies that year, and once in an area however many units.
with endoscopists as (
    select * from {{ ref('stg_koloskopi__endoscopists') }}
    where examinations >= 1
),

units as (
    select * from {{ ref('stg_koloskopi__volumes') }}
),

areas as (
    select * from {{ ref('int_colonoscopy_areas') }}
)

select
    endoscopists.year,
    areas.level,
    areas.area,
    endoscopists.endoscopist,
    -- The birth year of the row with most examinations; of equals the first unit in byte order.
    arg_min(endoscopists.birth_year, row(-endoscopists.examinations, endoscopists.unit)) as birth_year,
    bool_or(endoscopists.profession_code = 'LK' and endoscopists.is_trainee) as is_trainee
from endoscopists
inner join units on endoscopists.year = units.year and endoscopists.unit = units.unit
inner join areas on units.municipality = areas.municipality
group by endoscopists.year, areas.level, areas.area, endoscopists.endoscopist
order by endoscopists.year, areas.level, areas.area, endoscopists.endoscopist
