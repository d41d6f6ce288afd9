export class Bank {
  charges = []

  charge({ order, cents }) {
    const charge = { number: this.charges.length + 1, order, cents }
    this.charges.push(charge)
    return charge
  }
}
