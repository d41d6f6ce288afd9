interface Props {
  searchParams: Promise<{ show?: string; seats?: string; cents?: string }>
}

export default async function Booked({ searchParams }: Props) {
  const { show, seats, cents } = await searchParams
  return (
    <main>
      <h1>Booked</h1>
      <p>
        {seats} seats for {show}, {Number(cents) / 100} to pay.
      </p>
    </main>
  )
}
