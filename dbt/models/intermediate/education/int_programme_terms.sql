-- What a programme code means in a term. One row per (institution, code, term) that somebody used, so that
-- a lookup by it can never fan out.
with used as (
    select institution, programme_code, term from {{ ref('stg_hreg__registrations') }}
    union
    select institution, programme_code, term from {{ ref('stg_hreg__applications') }}
),

programmes as (
    select * from {{ ref('stg_hreg__programmes') }}
),

-- Codes are reused: of the intervals that hold the term, the one that began last.
began as (
    select
        used.institution,
        used.programme_code,
        used.term,
        max(programmes.valid_from) as valid_from
    from used
    inner join programmes
        on
            used.institution = programmes.institution
            and used.programme_code = programmes.programme_code
            and used.term between programmes.valid_from and coalesce(programmes.valid_to, 99992)
    group by used.institution, used.programme_code, used.term
)

select
    began.institution,
    began.programme_code,
    began.term,
    programmes.degree_code,
    programmes.specialisation,
    programmes.study_municipality,
    left(programmes.study_municipality, 2) as study_county
from began
inner join programmes
    on
        began.institution = programmes.institution
        and began.programme_code = programmes.programme_code
        and began.valid_from = programmes.valid_from
order by began.institution, began.programme_code, began.term
