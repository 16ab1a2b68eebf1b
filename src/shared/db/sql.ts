/**
 * The answer of a page: `rows` gives the columns `place` and `element` (JSON) in the order of the page, one row
 * more than `limit` (a parameter such as `$4`) when there is more.
 */
export function pageOf(rows: string, limit: string): string {
  return `select '[' || coalesce(string_agg(element::text, ',' order by rank) filter (where rank <= ${limit}), '') || ']' as body,
      case when count(*) > ${limit} then (array_agg(place order by rank))[${limit}] end as next
    from (select page.*, row_number() over () as rank from (${rows}) page) ranked`
}
