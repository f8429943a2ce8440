select
    beginners.person_id,
    beginners.degree_code
from {{ ref('int_beginners') }} as beginners
full join {{ ref('int_person_degrees') }} as person_degrees
    on
        beginners.person_id = person_degrees.person_id
        and beginners.degree_code = person_degrees.degree_code
where beginners.person_id is null or person_degrees.person_id is null
