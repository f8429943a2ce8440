-- Occupations without a licence, as they are: open data.
select * from {{ ref('int_occupation_density') }}
