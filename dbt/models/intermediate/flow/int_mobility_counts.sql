-- Where those who are employed a year after the entry work, against where they lived before and studied.
with employed as (
    select
        *,
        {{ record_key('person_id') }} as record_key
    from {{ ref('int_person_degrees') }}
    where
        is_in_flow
        and employed_1y
        and home_county is not null
        and study_county is not null
        and work_county is not null
)

select
    degree_code,
    cohort_year,
    home_county,
    study_county,
    work_county,
    case
        when home_county = study_county and study_county = work_county then 'stayed'
        when work_county = home_county then 'returned'
        when work_county = study_county then 'retained'
        when home_county = study_county then 'left'
        else 'moved_on'
    end as mobility,
    count(*) as persons,
    {{ cell_key('record_key', 'true') }} as persons_key
from employed
group by degree_code, cohort_year, home_county, study_county, work_county
