-- Registrations on a code that `program` lacks, or has in no interval that holds the first term.
with first_registrations as (
    select * from {{ ref('int_first_registrations') }}
),

programme_terms as (
    select * from {{ ref('int_programme_terms') }}
),

known_pairs as (
    select distinct institution, programme_code from {{ ref('stg_hreg__programmes') }}
)

select
    first_registrations.institution,
    first_registrations.programme_code,
    if(known_pairs.programme_code is null, 'not_in_program', 'no_interval_holds_the_term') as reason,
    count(distinct first_registrations.person_id) as persons,
    min(first_registrations.term) as first_term,
    max(first_registrations.term) as last_term
from first_registrations
left join known_pairs using (institution, programme_code)
left join programme_terms using (institution, programme_code, term)
where programme_terms.degree_code is null
group by all
order by all
