/** The lines before the newest ones, a page for each time the reader asks. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../page.tsx'
import { asProblem } from '../problem.ts'
import type { Line, Page } from '../wire.ts'
import { ENTRIES } from './data.ts'

export function useOlder(newest: Page<Line> | undefined) {
  const api = useApi()
  const [isAsked, ask] = useState(false)
  const start = newest?.nextCursor ?? ''
  const query = useInfiniteQuery({
    queryKey: ['older', start],
    queryFn: ({ pageParam }) => api.get<Page<Line>>(`${ENTRIES}&cursor=${encodeURIComponent(pageParam)}`),
    initialPageParam: start,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled: isAsked && start !== '',
    // What is written stays as it is, so a page that was read once is never old.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { data, error, isFetching, fetchNextPage, refetch } = query
  return {
    lines: data?.pages.flatMap(({ items }) => items) ?? [],
    hasMore: data === undefined ? start !== '' : query.hasNextPage,
    isLoading: isFetching,
    problem: error ? asProblem(error) : undefined,
    load() {
      if (!isAsked) ask(true)
      else if (data === undefined) refetch()
      else fetchNextPage()
    },
  }
}
