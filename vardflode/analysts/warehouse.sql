-- Macros for the commonest questions of an analyst on the warehouse: called as tables, `from flow('SJ')`.
-- Only mature cohorts, pooled by adding numerators and denominators; labels in Swedish and English.

-- The whole flow of a degree, in the measures' order.
create or replace macro flow(of_degree, from_cohort := 0, to_cohort := 9999) as table
    select
        measures.position,
        measures.label_sv as measure_sv,
        measures.label_en as measure_en,
        sum(flow.numerator)::bigint as numerator,
        sum(flow.denominator)::bigint as denominator,
        round(100.0 * sum(flow.numerator) / sum(flow.denominator), 1) as per_cent,
        bool_or(flow.series_break) as any_series_break
    from marts.flow_measures as flow
    inner join marts.measures as measures using (measure)
    where
        flow.degree_code = of_degree and flow.breakdown = 'total' and flow.mature
        and flow.cohort_year between from_cohort and to_cohort
    group by all
    order by measures.position;

-- One measure of a degree by sex, age_group, institution, study_county, home_county, ...
create or replace macro flow_by(of_degree, of_measure, by_attribute, from_cohort := 0, to_cohort := 9999) as table
    select
        flow.breakdown_value_sv,
        flow.breakdown_value_en,
        sum(flow.numerator)::bigint as numerator,
        sum(flow.denominator)::bigint as denominator,
        round(100.0 * sum(flow.numerator) / sum(flow.denominator), 1) as per_cent
    from labelled.flow_measures as flow
    where
        flow.degree_code = of_degree and flow.measure = of_measure and flow.breakdown = by_attribute and flow.mature
        and flow.cohort_year between from_cohort and to_cohort
    group by flow.breakdown_value, flow.breakdown_value_sv, flow.breakdown_value_en
    order by flow.breakdown_value;

-- One measure year by year.
create or replace macro over_time(of_degree, of_measure) as table
    select cohort_year, numerator, denominator, per_cent, series_break
    from labelled.flow_measures
    where degree_code = of_degree and measure = of_measure and breakdown = 'total' and mature
    order by cohort_year;

-- One measure for every degree.
create or replace macro degrees_compared(of_measure, from_cohort := 0, to_cohort := 9999) as table
    select
        flow.degree_sv,
        flow.degree_en,
        sum(flow.numerator)::bigint as numerator,
        sum(flow.denominator)::bigint as denominator,
        round(100.0 * sum(flow.numerator) / sum(flow.denominator), 1) as per_cent
    from labelled.flow_measures as flow
    where
        flow.measure = of_measure and flow.breakdown = 'total' and flow.mature
        and flow.cohort_year between from_cohort and to_cohort
    group by flow.degree_sv, flow.degree_en
    order by per_cent desc, flow.degree_sv;

-- Where those who studied in a county (two digits) work.
create or replace macro work_after_study_in(of_county, of_degree := null, from_cohort := 0, to_cohort := 9999) as table
    select
        mobility.work_county_sv,
        mobility.work_county_en,
        sum(mobility.persons)::bigint as persons,
        round(100.0 * sum(mobility.persons) / sum(sum(mobility.persons)) over (), 1) as per_cent
    from labelled.mobility as mobility
    where
        mobility.study_county = of_county and (of_degree is null or mobility.degree_code = of_degree)
        and mobility.cohort_year between from_cohort and to_cohort
    group by mobility.work_county_sv, mobility.work_county_en
    order by persons desc, mobility.work_county_sv;

-- Employees per 100 000 inhabitants by year; 00 is the nation.
create or replace macro density(of_profession, in_area := '00') as table
    select year, area_sv, profession_sv, employees, population, round(per_100k, 1) as per_100k, series_break
    from labelled.staff_density
    where profession_code = of_profession and area = in_area and sex = 'total'
    order by year;

-- Employees in an occupation without a licence per 100 000 inhabitants: each county of which the population is known,
-- and the nation, against the nation and against five years ago; in the newest year with a population.
create or replace macro without_licence(of_occupation) as table
    with told as (
        select year, area, area_sv, area_en, employees, per_100k
        from labelled.occupation_density
        where ssyk2012 = of_occupation and sex = 'total' and per_100k is not null
    )
    select
        now.year,
        now.area_sv,
        now.area_en,
        now.employees,
        round(now.per_100k, 1) as per_100k,
        round(now.per_100k - nation.per_100k, 1) as against_the_nation,
        round(now.per_100k - before.per_100k, 1) as against_five_years_ago
    from told as now
    left join told as nation on now.year = nation.year and nation.area = '00'
    left join told as before on now.year - 5 = before.year and now.area = before.area
    where now.year = (select max(year) from told)
    order by now.per_100k, now.area;

-- The counties that lack most of a profession: by their region's own word (shortage told of the newly qualified and the
-- experienced; less surplus), and by how few are in the profession for the inhabitants, by where they work. Side by side.
create or replace macro most_lacking(of_profession, counties := 12) as table
    with words as (
        select
            county_sv as county,
            string_agg(experience_sv || ': ' || assessment_sv, ', ' order by experience desc) as word,
            row_number() over (
                order by
                    count(*) filter (where assessment = 'brist') - count(*) filter (where assessment = 'overskott') desc,
                    survey.county
            ) as place
        from labelled.region_survey as survey
        where profession_code = of_profession and year = (select max(year) from marts.region_survey)
        group by survey.county, county_sv
    ),
    densities as (
        select
            labels.label_sv as county,
            round(workplace.per_100k, 1) as per_100k,
            row_number() over (order by workplace.per_100k, workplace.area) as place
        from marts.workplace as workplace
        inner join kodverk.labels as labels on labels.dimension = 'county' and labels.code = workplace.area
        where
            workplace.group_code = of_profession and workplace.level = 'county' and workplace.sector = 'total'
            and workplace.per_100k is not null
            and workplace.year = (select max(year) from marts.workplace where per_100k is not null)
    )
    select
        place,
        words.county as county_by_own_word,
        words.word as own_word,
        densities.county as county_by_density,
        densities.per_100k as in_profession_per_100k
    from words
    full join densities using (place)
    where place <= counties
    order by place;
-- Licensed persons and those in the profession (by where they work) per 100 000 inhabitants in each county (level
-- health_region: region), against the nation and against five years ago; in the newest year with a population.
create or replace macro supply(of_group, by_level := 'county') as table
    with population as (
        select distinct year, level, area, population from marts.workplace
        where population > 0
    ),
    numbers as (
        select year, level, area, sum(licensed) as licensed, sum(in_profession) as in_profession
        from (
            select year, level, area, licensed, null as in_profession from marts.licensed_workforce
            where group_code = of_group and breakdown = 'total'
            union all
            select year, level, area, null, in_profession from marts.workplace
            where group_code = of_group and sector = 'total'
        )
        group by all
    ),
    per_100k as (
        select
            year,
            level,
            area,
            licensed,
            in_profession,
            100000 * licensed / population as licensed_per_100k,
            100000 * in_profession / population as in_profession_per_100k
        from numbers
        inner join population using (year, level, area)
    )
    select
        now.year,
        now.area,
        labels.label_sv as area_sv,
        labels.label_en as area_en,
        now.licensed,
        now.in_profession,
        round(now.licensed_per_100k, 1) as licensed_per_100k,
        round(now.in_profession_per_100k, 1) as in_profession_per_100k,
        round(nation.in_profession_per_100k, 1) as of_the_nation,
        round(now.in_profession_per_100k - nation.in_profession_per_100k, 1) as against_the_nation,
        round(now.in_profession_per_100k - before.in_profession_per_100k, 1) as against_five_years_ago
    from per_100k as now
    left join per_100k as nation on now.year = nation.year and nation.level = 'nation'
    left join per_100k as before on now.year - 5 = before.year and now.level = before.level and now.area = before.area
    left join kodverk.labels as labels on labels.dimension = now.level and labels.code = now.area
    where now.level = by_level and now.year = (select max(year) from per_100k)
    order by now.in_profession_per_100k, now.area;

-- Where those went who had left a profession after 1 or 5 years, the newest that can be seen.
create or replace macro left_profession(of_group, after_years := 5) as table
    with left_it as (
        select from_year, state, state_sv, state_en, sum(persons)::bigint as persons
        from labelled.career_moves
        where
            group_code = of_group and years = after_years
            and from_year = (select max(from_year) from marts.career_moves where years = after_years)
        group by all
    )
    select
        from_year,
        state_sv,
        state_en,
        persons,
        round(100.0 * persons / sum(persons) over (), 1) as per_cent
    from left_it
    where state not in ('same', 'other_county', 'other_sector')
    order by persons desc, state;
