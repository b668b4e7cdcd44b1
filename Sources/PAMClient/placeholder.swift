// PAMClient
