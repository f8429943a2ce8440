-- Where those who began towards a degree studied, in cohorts that may be told: which institution is in which county.
select distinct
    degree_code,
    institution,
    coalesce(study_county, 'unknown') as study_county
from intermediate.int_person_degrees
where is_in_flow and cohort_year < (select last_year from delivered.reference)
order by degree_code, institution, study_county
