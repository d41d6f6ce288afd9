import { allShows } from '../lib/events'

export default function Home() {
  return (
    <main>
      <h1>Ticket office</h1>
      <ul>
        {allShows().map((show) => (
          <li key={show.id}>
            <a href={`/events/${show.id}`}>{show.title}</a>
          </li>
        ))}
      </ul>
    </main>
  )
}
