/** What to do where an error only passes through: nothing that could see it there would cost nothing while nobody asks. */
export const ASK_FOR_ERROR = 'ask where it is thrown, or in the catch block that takes it'
