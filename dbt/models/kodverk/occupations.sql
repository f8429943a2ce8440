-- Occupations in health care (SSYK 2012) with every profession and degree that counts them as its own.
select
    occupations.ssyk2012 as occupation,
    occupations.benamning as label_sv,
    coalesce(words.namn_en, occupations.benamning) as label_en,
    (
        select string_agg(of_profession.yrkeskod, ' ' order by of_profession.yrkeskod)
        from {{ ref('yrke_ssyk') }} as of_profession
        where of_profession.ssyk2012 = occupations.ssyk2012
    ) as profession_codes,
    (
        select string_agg(of_degree.examenskod, ' ' order by of_degree.examenskod)
        from {{ ref('examen_ssyk') }} as of_degree
        where of_degree.ssyk2012 = occupations.ssyk2012
    ) as degree_codes
from {{ ref('ssyk_halsa') }} as occupations
left join {{ ref('etiketter') }} as words on words.slag = 'ssyk2012' and occupations.ssyk2012 = words.kod
order by occupations.ssyk2012
