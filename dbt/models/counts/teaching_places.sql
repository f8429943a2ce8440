-- In which counties an institution teaches towards a degree: where those who began there studied, of cohorts that
-- may be told. No figures; public, it stands in their catalogues.
select distinct
    degree_code,
    institution,
    coalesce(study_county, 'unknown') as study_county
from {{ ref('int_person_degrees') }}
where is_in_flow and cohort_year <= {{ last_whole_academic_year() }}
