-- Beginners that the institutions plan, by degree, institution and academic year from the last year on;
-- general practitioners' training posts by year after it, over all counties. Specialist nurses' add up over
-- specialisations.
with plans as (
    select * from {{ ref('stg_utbildningsplan__planned_beginners') }}
),

posts as (
    select * from {{ ref('stg_st__planned_posts') }}
    where specialty = 'allmanmedicin'
)

select
    degree_code,
    institution,
    cohort_year,
    sum(planned)::bigint as planned
from plans
where cohort_year >= {{ last_year() }}
group by degree_code, institution, cohort_year
union all
select
    null as degree_code,
    null as institution,
    year as cohort_year,
    sum(planned)::bigint as planned
from posts
where year > {{ last_year() }}
group by year
order by degree_code, institution, cohort_year
