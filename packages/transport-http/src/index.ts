// transport-http is being written by its own engineer; core's engineer does not need to
export {}
