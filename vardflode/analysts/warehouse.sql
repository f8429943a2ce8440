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
