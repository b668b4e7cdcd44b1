// PAMWorker
