async function* pages(limit) { let page = 0; while (page < limit) { const batch = await Promise.resolve([page, page + 1]); for (const item of batch) yield item; page++ } }
;(async function main() { let sum = 0; for await (const item of pages(3)) sum += item; return sum })().then((sum) => console.log(sum))
