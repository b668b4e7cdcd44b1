// PAMProtocol
